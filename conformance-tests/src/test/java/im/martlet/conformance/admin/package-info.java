/** Tests of the admin API, martletctl, reload, start and metrics. */
package im.martlet.conformance.admin;
