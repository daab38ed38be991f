/**
 * Stores the bytes of uploads: in files or in a service with the S3 protocol, encrypted if configured. Knows neither
 * XMPP nor the HTTP requests of clients. Any thread that may block.
 */
@NullMarked
package im.martlet.extensions.upload.store;

import org.jspecify.annotations.NullMarked;
