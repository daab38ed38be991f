package im.martlet.storage.key;

/** The key that everything an account owns hangs on. It is never used again after the account is deleted. */
public record AccountKey(long value) {}
