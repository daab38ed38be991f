/**
 * What the server can do beyond instant messaging: one package for each XEP, and the list of them all. An extension
 * knows the core; of other extensions only the views and ports that they offer: PEP, private XML, what clients can do.
 */
@NullMarked
package im.martlet.extensions;

import org.jspecify.annotations.NullMarked;
