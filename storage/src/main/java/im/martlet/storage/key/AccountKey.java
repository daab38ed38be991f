package im.martlet.storage.key;

/** The key of all data of an account. It is never used again after the account is deleted. */
public record AccountKey(long value) {}
