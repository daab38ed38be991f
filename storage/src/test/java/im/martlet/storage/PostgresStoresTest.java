package im.martlet.storage;

class PostgresStoresTest implements StoresContract, LogContract {
    @Override public Backend backend() { return Backend.POSTGRESQL; }
}
