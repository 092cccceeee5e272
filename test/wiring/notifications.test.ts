import { describe, expect, it } from 'vitest';
import { notificationPorts } from '../../functions/wiring/notifications.ts';

const options = {
  alertsTopicArn: 'arn:aws:sns:eu-west-1:111111111111:alerts',
  chatTopicArns: { '': 'arn:aws:sns:eu-west-1:111111111111:chat' },
  region: 'eu-west-1',
};

describe('the ways out', () => {
  it('are the topics and the bus, and a webhook where a secret is named', () => {
    expect(Object.keys(notificationPorts(options)).toSorted()).toEqual(['publishAlert', 'publishChat', 'putEvents']);
    const slackWebhookSecretArn = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:slack-AbCdEf';
    expect(notificationPorts({ ...options, slackWebhookSecretArn }).postSlack).toBeTypeOf('function');
  });
});
