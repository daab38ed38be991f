/**
 * What the server can do beyond instant messaging: one package for each XEP, and the list of them all. An extension knows
 * the core and no other extension.
 */
@NullMarked
package im.martlet.extensions;

import org.jspecify.annotations.NullMarked;
