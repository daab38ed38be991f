/**
 * Where the bytes of uploads are: in files, or in what speaks S3; sealed if so configured. Knows neither XMPP nor HTTP
 * requests of clients. Any thread that may block.
 */
@NullMarked
package im.martlet.extensions.upload.store;

import org.jspecify.annotations.NullMarked;
