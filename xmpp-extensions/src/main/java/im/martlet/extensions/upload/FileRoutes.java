package im.martlet.extensions.upload;

import im.martlet.http.Cors;
import im.martlet.http.HttpReply;
import im.martlet.http.PublicUrls;
import im.martlet.http.Request;
import im.martlet.http.Route;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Where files come and go. */
final class FileRoutes {
    private static final String PATH = "/upload/";
    private static final Cors CORS =
            new Cors(true, List.of("Authorization", "Content-Type", "If-None-Match", "If-Range", "Range"),
                    List.of("Accept-Ranges", "Content-Disposition", "Content-Range", "ETag"));

    private final PublicUrls urls;
    private final UploadHandler receiving;
    private final DownloadHandler serving;
    private final UploadMaintenance upkeep;

    @Inject FileRoutes(PublicUrls urls, UploadHandler receiving, DownloadHandler serving, UploadMaintenance upkeep) {
        this.urls = urls;
        this.receiving = receiving;
        this.serving = serving;
        this.upkeep = upkeep;
    }

    /** Whether anybody could get there. */
    boolean areServed() { return urls.areServed(); }

    /** Anything may be as large as its slot says. */
    Route route() {
        return new Route(Route.Door.PUBLIC, PATH, Set.of("GET", "PUT"), CORS, Long.MAX_VALUE, this::answer);
    }

    private HttpReply answer(Request request) throws IOException {
        if (!request.method().equals("PUT")) return serving.get(request);
        var answer = receiving.put(request);
        upkeep.shareSoon();
        return answer;
    }

    /** Where a file of a host is; the name in it is for people. */
    String address(String host, String id, String name) {
        return urls.of(host) + PATH + id + "/" + FileNames.inUrl(name);
    }

    /** The id in an address; what is none is taken for an id. */
    static String id(String address) {
        int path = address.indexOf(PATH);
        return firstPart(path < 0 ? address : address.substring(path + PATH.length()));
    }

    /** What stands before a "/". */
    static String firstPart(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }
}
