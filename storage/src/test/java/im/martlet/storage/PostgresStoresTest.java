package im.martlet.storage;

class PostgresStoresTest implements StoresContract, LogContract, RoomsContract, NodesContract {
    @Override public Backend backend() { return Backend.POSTGRESQL; }
}
