/** What many extensions speak in: data forms (XEP-0004) and pages of results (XEP-0059). Pure. */
@NullMarked
package im.martlet.form;

import org.jspecify.annotations.NullMarked;
