/**
 * The command {@code martletctl}. It sends commands to the admin API of a server on this machine and prints the
 * answers. A process of its own with one thread; it knows no other module.
 */
@NullMarked
package im.martlet.cli;

import org.jspecify.annotations.NullMarked;
