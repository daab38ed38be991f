/** The privileges of roles and affiliations: the tables of XEP-0045 as data. Pure; any thread. */
@NullMarked
package im.martlet.extensions.muc.rules;

import org.jspecify.annotations.NullMarked;
