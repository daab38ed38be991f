/**
 * XEP-0215: tells clients the servers for calls that the admin runs beside this one. Requests run on the mailbox of the
 * account that asks. Changes are pushed on the mailbox of each account with clients that asked.
 */
@NullMarked
package im.martlet.extensions.external;

import org.jspecify.annotations.NullMarked;
