package im.martlet.storage;

class PostgresStoresTest implements StoresContract, LogContract, RoomsContract {
    @Override public Backend backend() { return Backend.POSTGRESQL; }
}
