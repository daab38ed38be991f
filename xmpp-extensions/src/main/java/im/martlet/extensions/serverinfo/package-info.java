/**
 * XEP-0485: publishes the remote servers that have streams with each host. A thread of its own looks at the streams at
 * regular times and publishes changes.
 */
@NullMarked
package im.martlet.extensions.serverinfo;

import org.jspecify.annotations.NullMarked;
