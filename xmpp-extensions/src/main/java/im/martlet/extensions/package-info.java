/**
 * Extensions of the server beyond instant messaging: one package for each XEP, and the list of all extensions. An
 * extension may use server-core. Of other extensions it uses only the views and ports that they offer: PEP, private
 * XML, and the features of clients.
 */
@NullMarked
package im.martlet.extensions;

import org.jspecify.annotations.NullMarked;
