/** Push registrations (XEP-0357) and the devices of the push gateway. Calls block. */
@NullMarked
package im.martlet.storage.push;

import org.jspecify.annotations.NullMarked;
