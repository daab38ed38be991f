package im.martlet.storage;

class PostgresStoresTest implements StoresContract, LogContract, RoomsContract, NodesContract, RemoteMessagesContract, TokensContract, UploadsContract, PushContract {
    @Override public Backend backend() { return Backend.POSTGRESQL; }
}
