package im.martlet.http;

/** Refuses a request with a response. The connection stays open. */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Response response;

    /** @param reason one line of English, for the client */
    public HttpException(int status, String reason) {
        this(Response.text(status, reason));
    }

    /** Returns the refusal of a body with more than {@code maxBytes} bytes. */
    static HttpException tooLarge(long maxBytes) {
        return new HttpException(413, "the body is larger than " + maxBytes + " bytes");
    }

    public HttpException(Response response) {
        super(null, null, false, false); // without a costly stack trace
        this.response = response;
    }

    public Response response() { return response; }
}
