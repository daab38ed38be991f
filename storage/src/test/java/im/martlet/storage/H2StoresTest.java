package im.martlet.storage;

class H2StoresTest implements StoresContract, LogContract, NodesContract {
    @Override public Backend backend() { return Backend.H2; }
}
