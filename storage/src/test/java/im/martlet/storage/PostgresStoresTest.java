package im.martlet.storage;

class PostgresStoresTest implements StoresContract, LogContract, NodesContract {
    @Override public Backend backend() { return Backend.POSTGRESQL; }
}
