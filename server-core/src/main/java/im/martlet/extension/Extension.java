package im.martlet.extension;

import java.util.List;

/** A feature of the server. All it does is listed by {@link #hooks()}; all it needs comes through its constructor. */
public interface Extension {
    /** Read once, at start. */
    List<Hook> hooks();
}
