/**
 * JMH benchmarks of the work for every stanza: addresses and the router here; framer, parser and writer in {@code
 * im.martlet.xml}, because only that package sees their parts. Run by hand ({@code benchmarks/jmh}), on JMH's threads;
 * the installation does not contain them.
 */
@NullMarked
package im.martlet.benchmarks;

import org.jspecify.annotations.NullMarked;
