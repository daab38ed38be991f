/**
 * The data: what is kept for each account, and how. A store is an interface that speaks the domain, with its jOOQ
 * implementation beside it; absence is empty, failure is a {@link im.martlet.storage.StorageException}. Calls block, so
 * they belong on virtual threads. Nothing here knows XMPP's protocol: XML is kept as text.
 */
@NullMarked
package im.martlet.storage;

import org.jspecify.annotations.NullMarked;
