package im.martlet.server;

import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/** Hears SIGHUP. The JDK's class for that is unsupported, and the compiler warns of it, so it is asked for by name. */
final class Hangup {
    private Hangup() {}

    static void then(Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, method, _) -> {
                if (method.getName().equals("handle")) action.run();
                return null;
            });
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LoggerFactory.getLogger(Hangup.class).warn("SIGHUP is not heard here; use martletctl reload");
        }
    }
}
