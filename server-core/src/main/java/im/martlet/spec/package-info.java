/** The annotation that names the specification a class implements. Every package may use it. No code runs here. */
@NullMarked
package im.martlet.spec;

import org.jspecify.annotations.NullMarked;
