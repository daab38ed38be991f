/** The command {@code martletctl}: asks a running server of this machine, and prints what it answers. */
@NullMarked
package im.martlet.cli;

import org.jspecify.annotations.NullMarked;
