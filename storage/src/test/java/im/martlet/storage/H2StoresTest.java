package im.martlet.storage;

class H2StoresTest implements StoresContract, LogContract, RoomsContract, NodesContract, RemoteMessagesContract,
        TokensContract, UploadsContract, PushContract, ArchiveLimitsContract {
    @Override public Backend backend() { return Backend.H2; }
}
