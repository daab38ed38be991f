/** Rooms with their configuration, affiliations and hats. Calls block. */
@NullMarked
package im.martlet.storage.rooms;

import org.jspecify.annotations.NullMarked;
