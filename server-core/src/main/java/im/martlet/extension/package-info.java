/**
 * The vocabulary of extensions: what a feature of the server may ask for, as plain data. The
 * {@link im.martlet.extension.Kernel} reads it once at start. Knows no XEP.
 */
@NullMarked
package im.martlet.extension;

import org.jspecify.annotations.NullMarked;
