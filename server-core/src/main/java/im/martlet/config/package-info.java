/**
 * Configuration: one TOML file, bound to records. The components of a record are the settings of a section. The package
 * that owns a record asks for its section; a section that no package asks for is an error. The file is read at the
 * start and at each reload. Values are immutable.
 */
@NullMarked
package im.martlet.config;

import org.jspecify.annotations.NullMarked;
