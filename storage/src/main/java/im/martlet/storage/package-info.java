/**
 * Installs the stores over one open database. Each aggregate has its own package with a Guice module, and only the
 * interfaces of its stores are public. A store speaks the domain: absence is an empty {@code Optional}, failure is a
 * {@link im.martlet.storage.db.StorageException}. Calls block, so they belong on virtual threads. No package below this
 * one knows the XMPP protocol: XML is stored as text.
 */
@NullMarked
package im.martlet.storage;

import org.jspecify.annotations.NullMarked;
