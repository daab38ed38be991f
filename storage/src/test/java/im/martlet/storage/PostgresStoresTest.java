package im.martlet.storage;

class PostgresStoresTest implements StoresContract {
    @Override public Backend backend() { return Backend.POSTGRESQL; }
}
