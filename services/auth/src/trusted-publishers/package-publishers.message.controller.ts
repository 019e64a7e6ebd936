import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { addPackagePublisher, listPackagePublishers, removePackagePublisher } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { PackagePublishers } from './package-publishers.service.js';

@Controller()
export class PackagePublishersMessageController {
  constructor(private readonly publishers: PackagePublishers) {}

  @Answers(listPackagePublishers)
  list(on: RequestOf<typeof listPackagePublishers>): Promise<ReplyOf<typeof listPackagePublishers>> {
    return this.publishers.list(on);
  }

  @Answers(addPackagePublisher)
  async add(wish: RequestOf<typeof addPackagePublisher>): Promise<ReplyOf<typeof addPackagePublisher>> {
    return { publisher: await this.publishers.add(wish) };
  }

  @Answers(removePackagePublisher)
  async remove(wish: RequestOf<typeof removePackagePublisher>): Promise<ReplyOf<typeof removePackagePublisher>> {
    await this.publishers.remove(wish);
    return {};
  }
}
