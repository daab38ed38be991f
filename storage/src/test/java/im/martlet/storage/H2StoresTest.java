package im.martlet.storage;

class H2StoresTest implements StoresContract {
    @Override public Backend backend() { return Backend.H2; }
}
