/**
 * Configuration: one TOML file, bound to records. A record's components are the settings of a section; whoever owns the
 * record asks for it, so that what nobody asked for is an error. Read at start and on reload; values are immutable.
 */
@NullMarked
package im.martlet.config;

import org.jspecify.annotations.NullMarked;
