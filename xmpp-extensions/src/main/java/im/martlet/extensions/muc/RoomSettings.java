package im.martlet.extensions.muc;

import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import java.time.Duration;
import java.util.List;

/**
 * The service of rooms.
 *
 * @param enabled whether there is one
 * @param label first label of its domain
 * @param create who may make rooms: "everybody", "local" users, or "admins"
 * @param admins who owns every room: bare addresses
 * @param perAccount rooms that one account may have made; 0 for any number
 * @param occupants that a room may have, whatever its owner says
 * @param affiliations people that a room may know lastingly
 * @param history most messages that are kept in memory for who enters
 * @param persistent whether a new room stays when everybody has left, as long as its owner does not say otherwise
 * @param listed whether a new room can be found by everybody, as long as its owner does not say otherwise
 * @param probe how long an occupant of another server may be silent before it is asked whether it is still there
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
