package im.martlet.http;

/** What becomes of a request. */
public sealed interface Answer permits Response, Upgrade {}
