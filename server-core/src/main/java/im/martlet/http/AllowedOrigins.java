package im.martlet.http;

import jakarta.inject.Inject;
import java.util.List;

/**
 * Decides which web pages may connect. A browser sends the origin of the page. A client that is no browser sends none
 * and may always connect.
 */
public final class AllowedOrigins {
    private final PublicUrls urls;

    @Inject AllowedOrigins(PublicUrls urls) { this.urls = urls; }

    /**
     * Refuses a request without TLS (RFC 7395 §3.9) or from a page of another origin.
     *
     * @param allowed the allowed origins, such as {@code https://chat.example.org}; {@code *} for all. The origin of
     * the requested host itself is always allowed
     * @throws HttpException with status 403
     */
    public void check(Request request, List<String> allowed) {
        if (!request.isSecure())
            throw new HttpException(403, "the connection is not encrypted, so no login is allowed: use https");
        var origin = request.header("Origin");
        if (origin.filter(
                o -> !allowed.contains("*") && !allowed.contains(o) && !o.equals(urls.of(request.host()).toString()))
                .isPresent())
            throw new HttpException(403, "pages of this origin may not connect here");
    }
}
