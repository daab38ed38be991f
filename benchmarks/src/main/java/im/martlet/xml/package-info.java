/** Benchmarks of reading and writing XML; in this package, because they measure package-private parts of the server. */
package im.martlet.xml;
