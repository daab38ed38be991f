package im.martlet.http;

/** A request that cannot be done; the client is told, and the connection stays. */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Response response;

    /** @param why for people, in one line */
    public HttpException(int status, String why) {
        this(Response.text(status, why));
    }

    public HttpException(Response response) {
        super(null, null, false, false);
        this.response = response;
    }

    public Response response() { return response; }
}
