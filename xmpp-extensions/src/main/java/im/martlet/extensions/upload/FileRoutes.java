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

/** The HTTP route of uploads and downloads, and the URLs of files. */
final class FileRoutes {
    private static final String PATH = "/upload/";
    private static final Cors CORS =
            new Cors(true, List.of("Authorization", "Content-Type", "If-None-Match", "If-Range", "Range"),
                    List.of("Accept-Ranges", "Content-Disposition", "Content-Range", "ETag"));

    private final PublicUrls urls;
    private final UploadHandler uploadHandler;
    private final DownloadHandler downloadHandler;
    private final UploadMaintenance maintenance;

    @Inject FileRoutes(PublicUrls urls, UploadHandler uploadHandler, DownloadHandler downloadHandler,
            UploadMaintenance maintenance) {
        this.urls = urls;
        this.uploadHandler = uploadHandler;
        this.downloadHandler = downloadHandler;
        this.maintenance = maintenance;
    }

    /** Returns whether the server has a public HTTP address. */
    boolean areServed() { return urls.areServed(); }

    /** Returns the route. It has no limit of size: the slot of each file has one. */
    Route route() {
        return new Route(Route.Front.PUBLIC, PATH, Set.of("GET", "PUT"), CORS, Long.MAX_VALUE, this::answer);
    }

    private HttpReply answer(Request request) throws IOException {
        if (!request.method().equals("PUT")) return downloadHandler.get(request);
        var answer = uploadHandler.put(request);
        maintenance.shareSoon();
        return answer;
    }

    /** Returns the URL of a file of a host. The name in it is only for users. */
    String address(String host, String id, String name) {
        return urls.of(host) + PATH + id + "/" + FileNames.inUrl(name);
    }

    /** Returns the id in a file's URL. A text that is not such a URL counts as an id. */
    static String id(String address) {
        int path = address.indexOf(PATH);
        return firstPart(path < 0 ? address : address.substring(path + PATH.length()));
    }

    /** Returns the part of a path before the first "/". */
    static String firstPart(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }
}
