package im.martlet.extension;

import im.martlet.storage.AccountKey;

/** A message has come for an account, or was left unacknowledged by its devices, and none of them is connected. */
public record Announcement(AccountKey account, long entry) {}
