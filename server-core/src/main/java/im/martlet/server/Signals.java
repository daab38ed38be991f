package im.martlet.server;

import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/**
 * Handles signals of the operating system. The JDK's class for this is unsupported and gives a compiler warning, so
 * this class uses reflection.
 */
final class Signals {
    private Signals() {}

    /** @param name the name without SIG */
    static void on(String name, Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[]{ handler }, (_, method, _) -> {
                if (method.getName().equals("handle")) action.run();
                return null;
            });
            signal.getMethod("handle", signal, handler).invoke(null,
                    signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LoggerFactory.getLogger(Signals.class).warn("SIG{} has no effect, because this JVM does not handle it",
                    name);
        }
    }
}
