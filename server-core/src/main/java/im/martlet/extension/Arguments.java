package im.martlet.extension;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import java.util.Map;
import java.util.Optional;

/** What a command was given. */
public record Arguments(Map<String, String> values) {
    public String text(String name) {
        return optional(name).orElseThrow(() -> new AdminException("'" + name + "' is missing"));
    }

    public Optional<String> optional(String name) { return Optional.ofNullable(values.get(name)); }

    /** An address, prepared. */
    public Jid address(String name) {
        try {
            return Jid.parse(text(name));
        } catch (JidException e) {
            throw new AdminException("'" + text(name) + "' is not an address: " + e.getMessage());
        }
    }

    /** The address of an account: {@code name@host}. */
    public Jid account(String name) {
        var address = address(name);
        if (!address.hasLocal() || address.isFull())
            throw new AdminException("'" + address + "' is not an account; one looks like alice@example.org");
        return address;
    }

    public int number(String name, int otherwise) {
        try {
            return optional(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw new AdminException("'" + name + "' must be a whole number, not '" + text(name) + "'");
        }
    }
}
