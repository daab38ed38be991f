package im.martlet.extension;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import java.util.Map;
import java.util.Optional;

/** The arguments of an admin's command, by name. All methods throw an {@link AdminException} on wrong input. */
public record Arguments(Map<String, String> values) {
    public String text(String name) {
        return optional(name).orElseThrow(() -> new AdminException("the argument '" + name + "' is missing"));
    }

    public Optional<String> optional(String name) { return Optional.ofNullable(values.get(name)); }

    /** Returns an argument as an address. */
    public Jid address(String name) {
        try {
            return Jid.parse(text(name));
        } catch (JidException e) {
            throw new AdminException("'" + text(name) + "' is not an address: " + e.getMessage());
        }
    }

    /** Returns an argument as the address of an account: {@code name@host}. */
    public Jid account(String name) {
        var address = address(name);
        if (!address.hasLocal() || address.isFull())
            throw new AdminException("'" + address + "' is not an account: give one like alice@example.org");
        return address;
    }

    /** Returns an argument as a number, or the default if it is not given. */
    public int number(String name, int standard) {
        try {
            return optional(name).map(Integer::parseInt).orElse(standard);
        } catch (NumberFormatException e) {
            throw new AdminException("'" + name + "' must be a whole number, not '" + text(name) + "'");
        }
    }
}
