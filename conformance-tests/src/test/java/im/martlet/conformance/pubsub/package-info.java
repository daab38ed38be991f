/** Publish-subscribe and personal eventing. */
package im.martlet.conformance.pubsub;
