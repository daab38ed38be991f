package im.martlet.net;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.AttributeKey;
import org.apache.mina.core.session.IoSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes MINA's events on to the transport of each connection. On MINA's I/O threads. */
final class MinaEvents extends IoHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(MinaEvents.class);
    private static final AttributeKey TRANSPORT = new AttributeKey(MinaEvents.class, "transport");

    private final Consumer<IoSession> opened;

    MinaEvents(Consumer<IoSession> opened) { this.opened = opened; }

    static void attach(IoSession session, MinaTransport transport) { session.setAttribute(TRANSPORT, transport); }

    static @Nullable MinaTransport transport(IoSession session) {
        return session.getAttribute(TRANSPORT) instanceof MinaTransport t ? t : null;
    }

    @Override public void sessionOpened(IoSession session) { opened.accept(session); }

    @Override public void messageReceived(IoSession session, Object message) {
        if (session.getAttribute(TRANSPORT) instanceof MinaTransport transport)
            transport.arrived(((IoBuffer) message).buf());
    }

    @Override public void messageSent(IoSession session, Object message) {
        if (session.getAttribute(TRANSPORT) instanceof MinaTransport transport) transport.sent();
    }

    @Override public void inputClosed(IoSession session) {
        if (session.getAttribute(TRANSPORT) instanceof MinaTransport transport) transport.inputEnded();
        session.closeNow();
    }

    @Override public void sessionClosed(IoSession session) {
        if (session.getAttribute(TRANSPORT) instanceof MinaTransport transport) transport.gone();
    }

    @Override public void exceptionCaught(IoSession session, Throwable cause) {
        if (!(cause instanceof IOException))
            LOG.error("bug: the connection of {} failed", session.getRemoteAddress(), cause);
        if (session.getAttribute(TRANSPORT) instanceof MinaTransport transport) transport.ended(Transport.Cause.RESET);
        session.closeNow();
    }
}
