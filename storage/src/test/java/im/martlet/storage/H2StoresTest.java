package im.martlet.storage;

class H2StoresTest implements StoresContract, LogContract {
    @Override public Backend backend() { return Backend.H2; }
}
