package im.martlet.extensions.muc;

import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the service of rooms, section {@code [rooms]}.
 *
 * @param enabled whether the server has a service of rooms
 * @param label the first label of the service's domain
 * @param create the users that may create rooms: "everybody", "local" users, or "admins"
 * @param admins the bare addresses of the owners of every room
 * @param perAccount the largest number of rooms that one account may create; 0 for no limit
 * @param occupants the largest number of occupants of a room; an owner may set a lower one
 * @param affiliations the largest number of affiliations of a room
 * @param history the largest number of messages of a room in memory, for new occupants
 * @param persistent whether a new room is persistent, until its owner changes that
 * @param listed whether a new room is public, until its owner changes that
 * @param probe the time that an occupant of a remote server may be silent before the room pings it
 */
public record RoomSettings(
        @Default("true") boolean enabled, @Default("\"conference\"") String label,
        @Reloadable @Default("\"local\"") String create, @Reloadable @Default("[]") List<String> admins,
        @Reloadable @Default("100") @Range(min = 0) int perAccount,
        @Reloadable @Default("2000") @Range(min = 1) int occupants,
        @Reloadable @Default("5000") @Range(min = 1) int affiliations,
        @Reloadable @Default("50") @Range(min = 0, max = 1000) int history,
        @Reloadable @Default("false") boolean persistent, @Reloadable @Default("true") boolean listed,
        @Reloadable @Default("\"15m\"") @Range(min = 1) Duration probe) {}
