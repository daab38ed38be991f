/**
 * JMH for what is done for every stanza: addresses and the router here, framer, parser and writer in
 * {@code im.martlet.xml}, whose parts only that package sees. Run by hand ({@code benchmarks/jmh}), on threads of
 * JMH's; nothing of it is installed.
 */
@NullMarked
package im.martlet.benchmarks;

import org.jspecify.annotations.NullMarked;
