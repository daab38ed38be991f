/** Tests of publish-subscribe and personal eventing. */
package im.martlet.conformance.pubsub;
