/** The database: opening it, migrations, transactions, and the care of the H2 file. Calls block. */
@NullMarked
package im.martlet.storage.db;

import org.jspecify.annotations.NullMarked;
