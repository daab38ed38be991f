package im.martlet.storage;

class PostgresStoresTest implements StoresContract, LogContract, RemoteMessagesContract {
    @Override public Backend backend() { return Backend.POSTGRESQL; }
}
