package im.martlet.http;

import jakarta.inject.Inject;
import java.util.List;

/** Whose pages may log in. A browser says whose page it is that connects; who is no browser says nothing, and may. */
public final class AllowedOrigins {
    private final PublicUrls urls;

    @Inject AllowedOrigins(PublicUrls urls) { this.urls = urls; }

    /**
     * Refuses requests that are not to be: in the clear (RFC 7395 §3.9), or by pages of others.
     *
     * @param allowed such as {@code https://chat.example.org}, or {@code *} for all; those of the host that is asked
     * are, in any case
     */
    public void check(Request request, List<String> allowed) {
        if (!request.isSecure()) throw new HttpException(403, "passwords are not for the clear: use TLS");
        var origin = request.header("Origin");
        if (origin.filter(
                o -> !allowed.contains("*") && !allowed.contains(o) && !o.equals(urls.of(request.host()).toString()))
                .isPresent())
            throw new HttpException(403, "not from this origin");
    }
}
